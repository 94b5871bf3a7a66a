#include "run/stop.hpp"

#include <csignal>

namespace longyang::run {
namespace {

// A signal handler can reach nothing but a global; it is read through StopSignals only.
volatile std::sig_atomic_t stop_asked = 0;

void ask_to_stop(int) {
    stop_asked = 1;
}

} // namespace

StopSignals::StopSignals() {
    stop_asked = 0;
    struct sigaction action {};
    action.sa_handler = ask_to_stop;
    // The second signal finds the default action, which ends the process.
    action.sa_flags = static_cast<int>(SA_RESETHAND);
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
