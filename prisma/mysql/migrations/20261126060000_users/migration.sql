-- The names of existing users are indexed by the program while it runs.
ALTER TABLE `users`
    ADD COLUMN `disabled` BOOLEAN NOT NULL DEFAULT false,
    ADD COLUMN `last_seen_at` DATETIME(3) NULL,
    ADD COLUMN `term_rules` INTEGER NOT NULL DEFAULT 0;

CREATE INDEX `users_role_id_idx` ON `users`(`role`, `id`);
CREATE INDEX `users_disabled_id_idx` ON `users`(`disabled`, `id`);
CREATE INDEX `users_term_rules_id_idx` ON `users`(`term_rules`, `id`);
DROP INDEX `users_role_idx` ON `users`;

-- CreateTable
CREATE TABLE `user_terms` (
    `term` VARCHAR(64) NOT NULL,
    `user_id` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,

    INDEX `user_terms_user_id_term_idx`(`user_id`, `term`),
    PRIMARY KEY (`term`, `user_id`),
    CONSTRAINT `user_terms_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
