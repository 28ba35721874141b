from . import sound
