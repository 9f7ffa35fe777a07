create table customer (id bigint primary key, name text not null, email text);
create table bill (id int primary key, client_id bigint references customer);
create index client_email on customer (email);
create policy own on customer using (name = current_user);
create view names as select customer.name from customer;
create function first_client() returns bigint language sql as 'select min(id) from client';
