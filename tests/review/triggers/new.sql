create table t (a int, b int);
create function g() returns trigger language plpgsql as 'begin return new; end';
create function h() returns trigger language plpgsql as 'begin return old; end';
create trigger two before update of a on t for each row when (new.a > 0) execute function h();
create trigger four before insert or update on t for each row execute function g();
alter table t disable trigger two;
create trigger three_of_them after delete on t for each row execute function g();
