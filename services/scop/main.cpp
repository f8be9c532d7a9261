#include "scop/command.hpp"

int main(int argc, char** argv) { return scop::command::run(argc, argv); }
