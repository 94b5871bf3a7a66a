# shellcheck shell=bash
# Machine file: what a cluster needs before a job runs. Sourced by the scripts of jobs/slurm from the project root; copy it
# for your machine and name the copy in LONGYANG_MACHINE (a path, or a name without .sh in this folder).

# Modules, or the Spack environment of spack.yaml:
#   module load gcc openmpi petsc hdf5/parallel kokkos
#   spack env activate .

# The program. A build for the compute nodes' CPU: bash jobs/build.sh native, run on a compute node.
LONGYANG_PROGRAM=${LONGYANG_PROGRAM:-build/release/bin/longyang}

# How ranks are started inside a job. `srun` takes the layout from the job and forwards signals to the ranks; where it does not
# know the MPI of the build, add --mpi=pmix (srun --mpi=list shows which it knows).
LONGYANG_LAUNCHER=(srun)

# One thread a rank: the ranks fill the cores.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
