<?php
// This file is part of Moodle - http://moodle.org/
//
// Moodle is free software: you can redistribute it and/or modify
// it under the terms of the GNU General Public License as published by
// the Free Software Foundation, either version 3 of the License, or
// (at your option) any later version.
//
// Moodle is distributed in the hope that it will be useful,
// but WITHOUT ANY WARRANTY; without even the implied warranty of
// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the
// GNU General Public License for more details.
//
// You should have received a copy of the GNU General Public License
// along with Moodle.  If not, see <http://www.gnu.org/licenses/>.

namespace local_dltsync\local\placements;

/**
 * The order in which the modules of a section stand: videos of ours by their order, all others where they are.
 *
 * Reads and writes nothing.
 *
 * @package    local_dltsync
 * @copyright  2026 dlt-sync developers
 * @license    http://www.gnu.org/copyleft/gpl.html GNU GPL v3 or later
 */
final class sequence {
    /**
     * A section's modules with some more and some less.
     *
     * Videos trade places among themselves only. One that comes stands behind the last video that is not to come after
     * it, in front of all videos if there is none such, and at the end of a section without videos.
     *
     * @param int[] $there ids of the modules as they stand
     * @param int[] $orders order of each video of ours, by id; modules that are not named keep their places
     * @param int[] $coming ids of videos that come, in their order among equals
     * @param int[] $leaving ids of modules that leave
     * @return int[] ids
     */
    public static function arrange(array $there, array $orders, array $coming, array $leaving = []): array {
        $list = self::sorted(array_values(array_diff($there, $coming, $leaving)), $orders);
        usort($coming, fn($a, $b) => $orders[$a] <=> $orders[$b]);
        foreach ($coming as $id) {
            array_splice($list, self::place($list, $orders, $orders[$id]), 0, [$id]);
        }
        return $list;
    }

    /**
     * The videos in their order, in the places that videos have.
     *
     * @param int[] $list
     * @param int[] $orders
     * @return int[]
     */
    private static function sorted(array $list, array $orders): array {
        $videos = array_filter($list, fn($id) => isset($orders[$id]));
        $sorted = array_values($videos);
        usort($sorted, fn($a, $b) => $orders[$a] <=> $orders[$b]);
        return array_replace($list, array_combine(array_keys($videos), $sorted));
    }

    /**
     * Where a video comes to stand among others that are in order.
     *
     * @param int[] $list
     * @param int[] $orders
     * @param int $order its own
     * @return int
     */
    private static function place(array $list, array $orders, int $order): int {
        $first = null;
        $place = null;
        foreach ($list as $index => $id) {
            if (isset($orders[$id])) {
                $first ??= $index;
                $place = $orders[$id] <= $order ? $index + 1 : $place;
            }
        }
        return $place ?? $first ?? count($list);
    }
}
