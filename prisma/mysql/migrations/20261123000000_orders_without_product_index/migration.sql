-- SQLite drops its index on the product of an order here. InnoDB asks for one where there is a foreign key, so it stays.
DO 0;
