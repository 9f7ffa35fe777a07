create function names() returns setof text language sql as 'select nick from person';
create function all_of_it() returns setof text language sql as 'select name from person';
create table person (id int, name text);
