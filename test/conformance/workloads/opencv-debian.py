# preset: opencv
# library: Debian OpenCV (TBB build)
# group: debian
# expect: no-control
import cv2
import numpy

VERSION = f"opencv {cv2.__version__}"
image = numpy.random.randint(0, 255, (2000, 2000, 3), "u1")


def cure(threads):
    cv2.setNumThreads(threads)


def step():
    cv2.GaussianBlur(image, (31, 31), 5)
