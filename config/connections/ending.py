"""Whether this process should be replaced once it has answered what it has begun: said by who noticed, read by its worker."""


class Ending:
    wanted = False


ending = Ending()
