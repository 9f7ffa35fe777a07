create function count_it() returns bigint language sql as 'select count(*) from old_stuff';
create table old_stuff (id int primary key, a text);
create index i on old_stuff (a);
