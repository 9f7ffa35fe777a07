"""What happens when MkDocs builds the site: pictures, and the assets they need."""
