from . import deliveries
