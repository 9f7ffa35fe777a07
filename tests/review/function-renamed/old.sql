create table t (a text);
create policy p on t using (true);
create function is_admin(u text) returns boolean language sql as $$ select u = 'root' $$;
create function caller() returns boolean language sql as $$ select is_admin('x') $$;
