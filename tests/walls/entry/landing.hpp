// Lets an attempt outlive the system call that seccomp refuses: the call is not made in either case, only the
// death that would follow is put off. Without a landing the product's own handler speaks and the process
// dies.
#pragma once

#include <functional>
#include <string>

namespace scop::attack {

// Takes over SIGSYS from the product's handler; before the filter stands, since none may after it.
void prepare_landings();

// The body's text, or "SIGSYS <call>", "SIGSEGV" where it was cut short.
std::string between_landings(const std::function<std::string()>& body);

}  // namespace scop::attack
