from . import help_drawer
