#include "mailbox/command.hpp"

int main(int argc, char** argv) { return scop::mailbox::run(argc, argv); }
