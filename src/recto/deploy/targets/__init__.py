"""The kinds of target, one module each, and what some of them share. `deploy.opening` knows which settings want which."""
