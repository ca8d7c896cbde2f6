"""What answers HTTP beside Streamlit: sign-in, sessions, files, health, headers."""
