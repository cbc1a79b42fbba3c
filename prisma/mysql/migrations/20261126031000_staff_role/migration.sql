-- The role `staff`.
ALTER TABLE `users`
    DROP CONSTRAINT `users_role_check`,
    ADD CONSTRAINT `users_role_check` CHECK (`role` IN ('customer', 'staff', 'admin'));
