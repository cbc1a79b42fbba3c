-- CreateTable
CREATE TABLE `name_index` (
    `id` INTEGER NOT NULL,
    `rules` INTEGER NOT NULL,
    `position` CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,

    PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Products that are there already were indexed by the first rules; the program indexes them anew while it runs.
INSERT INTO `name_index` (`id`, `rules`, `position`)
SELECT 1, CASE WHEN EXISTS (SELECT 1 FROM `products`) THEN 1 ELSE 2 END, '~';
