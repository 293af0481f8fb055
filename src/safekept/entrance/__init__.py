"""The way in: signing in, staying signed in, showing again who one is, and leaving."""
