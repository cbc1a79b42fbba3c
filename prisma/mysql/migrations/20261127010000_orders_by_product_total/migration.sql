-- SQLite gets an index of orders by product and total here. On MySQL no index lags behind `orders`.
DO 0;
