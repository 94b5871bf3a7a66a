#pragma once

#include <chrono>

namespace longyang::run {

/// Catches SIGTERM and SIGINT while it lives: the first one asks the run to stop, one that comes a
/// second later or more ends the process at once. One at a time; made by the run on every rank.
class StopSignals {
public:
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    StopSignals(StopSignals&&) = delete;
    StopSignals& operator=(StopSignals&&) = delete;

    [[nodiscard]] static bool asked();
};

/// The time limit of the whole run, in seconds since its start.
class Deadline {
public:
    /// limit_s = 0: none. so_far_s: that the run has taken already.
    Deadline(double limit_s, double so_far_s) : limit_s_(limit_s), so_far_s_(so_far_s) {}

    [[nodiscard]] double elapsed_s() const {
        return so_far_s_ +
               std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }
    [[nodiscard]] bool limited() const { return limit_s_ > 0.0; }
    /// What is left for solving: a part is kept for checking and writing.
    [[nodiscard]] double left_s() const {
        constexpr double share_kept = 0.05;
        return limit_s_ * (1.0 - share_kept) - elapsed_s();
    }
    [[nodiscard]] bool passed() const { return passes_in(0.0); }
    /// What takes so long would not be done in time.
    [[nodiscard]] bool passes_in(double seconds) const { return limited() && left_s() <= seconds; }

private:
    double limit_s_, so_far_s_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

} // namespace longyang::run
