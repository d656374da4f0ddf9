"""What comes of it: holders are asked sixty days later, and an organisation reads nine outcomes, never a person."""
