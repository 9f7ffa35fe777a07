create table t (id int, price_in_cents bigint, at date);
