# preset: opencv
# library: OpenCV wheel (pthreads backend)
# group: numeric
# variable: OPENCV_FOR_THREADS_NUM
import cv2
import numpy

VERSION = f"opencv {cv2.__version__}"
image = numpy.random.randint(0, 255, (2000, 2000, 3), "u1")


def cure(threads):
    cv2.setNumThreads(threads)


def step():
    cv2.medianBlur(image, 5)
    cv2.GaussianBlur(image, (31, 31), 5)
