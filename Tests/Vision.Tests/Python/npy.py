import sys

import numpy

array = numpy.load(sys.argv[1], allow_pickle=False)
print(array.dtype, array.shape, array.reshape(-1).tolist())
