create table t (id int, price int, at date);
