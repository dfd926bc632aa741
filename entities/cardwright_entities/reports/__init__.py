"""Reports: numbers over the records of several entities, met on equal values of dimensions."""
