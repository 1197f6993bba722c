# preset: gdal
# group: debian
# with: gdal
# variable: GDAL_NUM_THREADS
import numpy
from osgeo import gdal

gdal.UseExceptions()
VERSION = f"GDAL {gdal.__version__}"
source = gdal.GetDriverByName("MEM").Create("", 3000, 3000, 1)
source.GetRasterBand(1).WriteArray((numpy.arange(9_000_000) * 7 % 251).astype("u1").reshape(3000, 3000))


def step():
    gdal.GetDriverByName("GTiff").CreateCopy("/vsimem/a.tif", source, options=["COMPRESS=DEFLATE", "ZLEVEL=9", "TILED=YES"])
