"""Exercises: what people tried in quizzes and drills, and what was said about it."""
