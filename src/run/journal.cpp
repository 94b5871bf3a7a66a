#include "run/journal.hpp"

#include "base/log.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace longyang::run {
namespace {

double now_s() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

} // namespace

Journal::Journal(const Comm& comm)
    : comm_(comm), terminal_(comm.root() && isatty(STDERR_FILENO) != 0), start_(now_s()) {}

double Journal::seconds() const {
    return now_s() - start_;
}

void Journal::clear_line() {
    if (line_open_) {
        std::fputs("\r\033[K", stderr);
        line_open_ = false;
    }
}

void Journal::finish(const std::string& name, double seconds) {
    clear_line();
    const auto found = std::find_if(stages_.begin(), stages_.end(),
                                    [&](const results::Stage& s) { return s.name == name; });
    if (found == stages_.end()) {
        stages_.push_back({name, seconds});
    } else {
        found->seconds += seconds;
    }
    spdlog::debug("{}: {:.2f} s", name, seconds);
}

/// What comes next is written over the line that progress keeps.
void Journal::leave_line() const {
    if (line_open_) {
        std::fputs("\r\033[K", stderr);
    }
}

void Journal::say(const std::string& words) const {
    leave_line();
    spdlog::info("{}", words);
}

void Journal::warn(const std::string& words) const {
    leave_line();
    spdlog::warn("{}", words);
}

void Journal::progress(const std::string& words, double left_s) {
    if (!comm_.root()) {
        return;
    }
    std::string line = fmt::format("{}: {}", current_, words);
    if (left_s >= 0.0) {
        line += fmt::format(", at most {:.0f} s left", left_s);
    } else if (expected_ > seconds()) {
        line += fmt::format(", about {:.0f} s left", expected_ - seconds());
    } else if (expected_ > 0.0) {
        line += ", longer than the forecast";
    }
    const double now = seconds();
    constexpr double log_every_s = 30.0;
    if (terminal_) {
        fmt::print(stderr, "\r\033[K{:7.1f} s  {}", now, line);
        std::fflush(stderr);
        line_open_ = true;
    } else if (now - last_line_ >= log_every_s) {
        spdlog::info("{}", line);
        last_line_ = now;
    }
}

} // namespace longyang::run
