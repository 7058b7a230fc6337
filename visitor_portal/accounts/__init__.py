"""Having an account: sign up, sign in, change the password, leave."""
