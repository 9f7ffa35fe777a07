create table t (a int);
create policy p on t using (f());
create function f() returns boolean language sql as 'select true';
