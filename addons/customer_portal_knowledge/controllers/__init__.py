from . import help_feedback, help_file, help_page, robots
