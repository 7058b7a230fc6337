"""Named steps from an empty database to the present tables; run at every start."""
