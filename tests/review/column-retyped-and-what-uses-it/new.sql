create function total() returns bigint language sql as 'select sum(price) from item';
create table item (id int primary key, price numeric check (price > 0));
create view dear as select item.id, item.price from item;
