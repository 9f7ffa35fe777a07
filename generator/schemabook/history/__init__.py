"""How the schema came to be: the migrations, one after the other, and what each of them did."""
