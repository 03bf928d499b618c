from . import freight
