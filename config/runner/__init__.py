"""The parts of the runner `./crm`; nothing but the Python standard library."""
