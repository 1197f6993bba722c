# preset: itk
# library: SimpleITK wheel
# group: numeric
# variable: ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS
import SimpleITK

VERSION = f"SimpleITK {SimpleITK.Version_VersionString()}, ITK {SimpleITK.Version_ITKVersionString()}"
image = SimpleITK.GaussianSource(SimpleITK.sitkFloat32, [160, 160, 160])


def step():
    SimpleITK.Median(image, [2, 2, 2])
