"""Messages: letters written in the transaction of what they tell, and delivered afterwards."""
