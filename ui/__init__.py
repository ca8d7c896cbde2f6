"""What pages share, and all that imports Streamlit besides the pages."""
