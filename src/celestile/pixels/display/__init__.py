"""How a plane is displayed by default: its statistics, limits, stretch and starting plane."""
