"""Local pixel work: safe decoding, renditions, cutouts, composition."""
