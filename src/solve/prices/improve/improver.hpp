#pragma once

#include "lp/coupling.hpp"
#include "lp/oracle_data.hpp"
#include "solve/prices/dispatch/dispatch.hpp"
#include "solve/prices/improve/window.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace longyang::solve::prices {

/// What has to hold besides the rows of a coupling while a schedule is improved (PE-86); empty:
/// nothing.
struct Kept {
    std::span<const Held> held; ///< of every block
    /// Limits in an hour of the span; those that the schedule breaks come nearer.
    std::function<std::vector<HourLimit>(std::size_t hour)> limits = {};
};

/// Makes a schedule cheaper window by window (equations PE-70 to PE-74): a linear
/// programme of all hours of a window and all plants of a part of the system, with units on and off
/// and levels of lines as they are and everything outside as it is. Never dearer, and all rows hold
/// as before; rows that the schedule breaks come nearer to their limits, whatever that costs.
class Improver {
public:
    /// All are read as long as the object lives; the schedule is made better in place. row_price:
    /// of the first rows of the coupling, those of the others are 0; empty: not known. part: of
    /// every block; empty: all are of part 0. Throws Error (defect) where a block has no compact
    /// data or a plan of another kind, or a row may be broken.
    Improver(const lp::Coupling& coupling, std::span<const lp::OracleData> blocks,
             std::span<const double> row_price, Dispatch& schedule, std::span<const int> part = {},
             Kept kept = {});
    ~Improver();
    Improver(Improver&&) noexcept;
    Improver& operator=(Improver&&) noexcept;
    Improver(const Improver&) = delete;
    Improver& operator=(const Improver&) = delete;

    /// Windows that are looked at from the schedule as it is now, in any order, listed as they
    /// follow each other. Of those that are solved none may begin before another's free_end but
    /// itself.
    void begin(std::vector<Window> together);
    [[nodiscard]] WindowProgramme programme(std::size_t number);
    /// PE-90  By how much a window of the list could lower the cost at most, CNY, as prices of rows
    /// have it.
    [[nodiscard]] double most_gain_cny(std::size_t number);
    /// Takes a solution of that programme over; empty: the schedule stays. Gives by how much the
    /// cost falls, CNY. Of the programmes made so far the first one is taken first: storages of a
    /// window begin where the one before it ends. Throws Error (defect) for another one.
    double take(std::size_t number, std::span<const double> value);
    /// Works out again how well rows hold, and what `watch` tells (may be empty) where the schedule
    /// broke some before; in the end.
    void judge(const HourWatch& watch = {});
    /// Per hour, not 0 where the last look at it found rows or limits of the hour broken; empty
    /// before the first one.
    [[nodiscard]] std::span<const char> broken() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

/// Windows of `length` hours that cover a span, moved by `shift` hours.
[[nodiscard]] std::vector<Window> windows_of(std::size_t hours, std::size_t length,
                                             std::size_t shift, int part = 0);

} // namespace longyang::solve::prices
