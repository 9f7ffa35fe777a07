create table t (a int, b int);
create function ei(int, int) returns boolean language sql as 'select true';
create function tr() returns event_trigger language plpgsql as 'begin end';
