"""Has what a version is asked, or what it answers, moved away from what it was trained on?"""
