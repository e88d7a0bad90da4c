"""New articles by mail: asked for, confirmed by mail, stopped with one click. Nobody gets a letter who did not confirm."""
