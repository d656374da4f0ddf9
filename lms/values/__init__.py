"""The values of a circle: what each person sorts out alone, and how they agree to sit together."""
