#include "run/stop.hpp"

#include <csignal>
#include <ctime>

namespace longyang::run {
namespace {

// A signal handler can reach nothing but globals; they are read through StopSignals only.
volatile std::sig_atomic_t stop_asked = 0;
timespec first_asked{};

/// Slurm sends a job that it preempts SIGTERM twice within milliseconds: that is one wish.
constexpr double one_wish_s = 1.0;

void ask_to_stop(int signal) {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (stop_asked == 0) {
        first_asked = now;
        stop_asked = 1;
        return;
    }
    const double since_s = static_cast<double>(now.tv_sec - first_asked.tv_sec) +
                           1e-9 * static_cast<double>(now.tv_nsec - first_asked.tv_nsec);
    if (since_s >= one_wish_s) {
        std::signal(signal, SIG_DFL);
        std::raise(signal); // ends the process once this handler is left
    }
}

} // namespace

StopSignals::StopSignals() {
    stop_asked = 0;
    struct sigaction action {};
    action.sa_handler = ask_to_stop;
    sigaction(SIGTERM, &action, nullptr);
    sigaction(SIGINT, &action, nullptr);
}

StopSignals::~StopSignals() {
    std::signal(SIGTERM, SIG_DFL);
    std::signal(SIGINT, SIG_DFL);
}

bool StopSignals::asked() {
    return stop_asked != 0;
}

} // namespace longyang::run
