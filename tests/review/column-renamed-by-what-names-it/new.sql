create table person (id int primary key);
create table post (id int, person_id int references person);
